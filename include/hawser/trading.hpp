#pragma once
// The trading pack: the entities of a trading system, their repositories, and the desk over them.
#include <hawser/trading/alert.hpp>
#include <hawser/trading/alerts.hpp>
#include <hawser/trading/desk.hpp>
#include <hawser/trading/ml_prediction.hpp>
#include <hawser/trading/order.hpp>
#include <hawser/trading/orders.hpp>
#include <hawser/trading/portfolio.hpp>
#include <hawser/trading/portfolios.hpp>
#include <hawser/trading/position.hpp>
#include <hawser/trading/positions.hpp>
#include <hawser/trading/predictions.hpp>
#include <hawser/trading/trade.hpp>
#include <hawser/trading/trades.hpp>
